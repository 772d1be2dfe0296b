// Replaces the methods of Octokit, one for each of GitHub's endpoints, in the bundle: `sweep` asks for one address.
export const restEndpointMethods = () => ({});
