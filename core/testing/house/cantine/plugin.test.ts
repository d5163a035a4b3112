import { openSchool } from '@preau/core/testing';
import { expect } from 'chai';

describe('cantine', () => {
  it('shows parents the menu the director saved', async () => {
    const school = await openSchool({ plugins: ['cantine'], rubrics: ['parents:cantine.menus'] });
    await school.as('direction').post('/gestion/cantine/', { day: '2026-11-25', dishes: 'Soupe' });
    expect((await school.as('parents').get('/espace/parents/cantine/')).text).to.include('Soupe');
    await school.close();
  });
});
