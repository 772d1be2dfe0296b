const oldest = [22, 19];
export function describeOldNode(version, todo) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))
        return undefined;
    return `this needs Node ${oldest.join('.')} or newer, and runs on Node ${version}. ${todo}`;
}
export function adviseOnRunner({ arch, platform, env }) {
    const name = env.GITEA_ACTIONS || env.FORGEJO_ACTIONS ? 'This runner' : 'act';
    if (name !== 'act' || env.ACT) {
        return `${name} uses the first node in PATH: put Node 24 first, or use a job container that has it.`;
    }
    if (platform === 'linux' && arch === 'arm') {
        return ("On 32-bit ARM Linux, GitHub's runner gives Node 20 to actions that ask for Node 24, whatever its version. " +
            'Run this job on a 64-bit runner, or use the command line statuspage-me with a Node 24 of your own.');
    }
    return 'Update the runner to version 2.327.1 or newer, which has its own Node 24.';
}
