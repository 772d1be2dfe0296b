// Loaded before the action in each process of the fault table: chance decides a part of each pause between two attempts, and no table could be
// compared with another one. Here it always decides for the shortest.
Math.random = () => 0;
