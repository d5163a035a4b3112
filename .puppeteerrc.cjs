// Puppeteer's own browser download is only of use where neither Debian's Chromium nor @sparticuz/chromium runs.
module.exports = { skipDownload: process.platform === 'linux' };
