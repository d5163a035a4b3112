const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a visitor sends as a row's identifier may be one: PostgreSQL refuses anything else with an error. */
export const isId = (value: string): boolean => UUID.test(value);
