/** GitHub's packages import JSON as bundlers like it; jest wants to be told that it is JSON. */
// biome-ignore lint/style/noDefaultExport: jest takes a transformer by its default export
export default { process: (source) => ({ code: source.replace(/from "[^"]+\.json"/g, "$& with { type: 'json' }") }) };
