/** The oldest Node on which what is bundled with us runs: undici 8 asks for it. */
const oldest = [22, 19];
const runnersOwn = 'Let the runner use its own Node 24, which it has from version 2.327.1 on.';
/** What is wrong with a version of Node, and what to do; undefined where it is new enough. Loads nothing, so that any Node can read it. */
export function describeOldNode(version, todo = runnersOwn) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))
        return undefined;
    return `this is Node ${version}, and Node ${oldest.join('.')} or newer is needed — ${todo}`;
}
