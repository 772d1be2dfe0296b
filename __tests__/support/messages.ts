import { parse } from '@babel/parser';

/** A message as it stands in the source: `…` for what is put in; lines count from 1. */
export interface SourceMessage {
  readonly text: string;
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [field: string]: unknown;
}

const gap = '…';

/**
 * The messages that a source file can print: texts of the form `Could not do it: why. What to do.`, each
 * `Explanation`, what is handed to an annotation or a `UserError` in whatever form, and what errors say of themselves
 * (functions named `describe` that return a text). Constants are filled in.
 */
export function findMessages(source: string): readonly SourceMessage[] {
  const program = parse(source, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node;
  const constants = [...walk(program)].flatMap(constantOf);
  /** The text that a printer gets: written there, made harmless there, or a constant. */
  const printed = (node: Node): readonly Node[] => {
    if (printerOf(node) === 'forLog') return (node.arguments as readonly Node[]).slice(0, 1).flatMap(printed);
    const named = constants.find(({ name }) => name === nameOf(node))?.value ?? node;
    return isText(named) ? [named] : [];
  };
  const found = [...walk(program)].flatMap((node): readonly Node[] => {
    if (isExplanation(node)) return [node];
    if (printers.has(printerOf(node))) return (node.arguments as readonly Node[]).slice(0, 1).flatMap(printed);
    if (node.type === 'FunctionDeclaration' && nameOf(node.id) === 'describe')
      return [...walk(node)].flatMap(returnedOf);
    return isText(node) && render(node, constants).some(saysMore) ? [node] : [];
  });
  return outermost(found)
    .flatMap((node) => render(node, constants).map((text) => ({ text, line: node.loc.start.line })))
    .filter(({ text }) => hasWords(text));
}

const printers = new Set(['warning', 'error', 'notice', 'UserError']);

/** What is called, or made, by a node: the last word of its name. */
function printerOf({ type, callee }: Node): string {
  if (!['CallExpression', 'NewExpression'].includes(type) || !isNode(callee)) return '';
  return nameOf(callee) ?? nameOf(callee.property) ?? '';
}

interface Constant {
  readonly name: string;
  readonly line: number;
  readonly value: Node;
}

/** All forms that a text may take: several where a constant in it is one of two. */
function render(node: Node, constants: readonly Constant[]): readonly string[] {
  switch (node.type) {
    case 'StringLiteral':
      return [String(node.value)];
    case 'TemplateLiteral': {
      const texts = (node.quasis as readonly Node[]).map(({ value }) => (value as { readonly cooked: string }).cooked);
      const filled = (node.expressions as readonly Node[]).map((inner) => fill(inner, constants));
      let forms: readonly string[] = [''];
      for (const [at, text] of texts.entries()) forms = join(join(forms, [text]), filled[at] ?? ['']);
      return forms;
    }
    case 'BinaryExpression':
      return join(render(node.left as Node, constants), render(node.right as Node, constants));
    case 'ObjectExpression': {
      const [happened, todo] = ['happened', 'todo'].map((name) => choicesOf(propertyOf(node, name) ?? node, constants));
      return join(join(happened ?? [], ['. ']), todo ?? []);
    }
    default:
      return [gap];
  }
}

/** What stands in a text in the place of an expression. */
function fill(node: Node, constants: readonly Constant[]): readonly string[] {
  if (isText(node)) return render(node, constants);
  if (printerOf(node) === 'nameOf') return [nameInWorkflow(node, constants)];
  if (node.type !== 'Identifier') return [gap];
  const named = constants.filter(({ name }) => name === node.name);
  const known = (named.findLast(({ line }) => line <= node.loc.start.line) ?? named[0])?.value;
  return known === undefined || known.type === 'Identifier' ? [gap] : choicesOf(known, constants);
}

/** An input as a workflow has it: `bypass: true`. The same message names its flag on a command line. */
function nameInWorkflow(node: Node, constants: readonly Constant[]): string {
  return (node.arguments as readonly Node[]).map((argument) => fill(argument, constants)[0]).join(': ');
}

/** All that an expression may come to, where it is one of two. */
function choicesOf(node: Node, constants: readonly Constant[]): readonly string[] {
  if (node.type !== 'ConditionalExpression') return fill(node, constants);
  return [node.consequent as Node, node.alternate as Node].flatMap((choice) => choicesOf(choice, constants));
}

function join(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.flatMap((start) => after.map((end) => start + end));
}

function constantOf(node: Node): readonly Constant[] {
  if (node.type !== 'VariableDeclarator' || !isNode(node.init) || nameOf(node.id) === undefined) return [];
  return [{ name: nameOf(node.id) ?? '', line: node.loc.start.line, value: node.init }];
}

function returnedOf(node: Node): readonly Node[] {
  return node.type === 'ReturnStatement' && isNode(node.argument) && isText(node.argument) ? [node.argument] : [];
}

function isText(node: Node): boolean {
  return (
    ['StringLiteral', 'TemplateLiteral'].includes(node.type) ||
    (node.type === 'BinaryExpression' && node.operator === '+')
  );
}

/** Whether a node is an `Explanation`: what happened, and what to do. */
function isExplanation(node: Node): boolean {
  return propertyOf(node, 'happened') !== undefined && propertyOf(node, 'todo') !== undefined;
}

function propertyOf({ type, properties }: Node, name: string): Node | undefined {
  if (type !== 'ObjectExpression') return undefined;
  const property = (properties as readonly Node[]).find(({ key }) => nameOf(key) === name);
  return isNode(property?.value) ? property.value : undefined;
}

/** Whether a text has the parts of a message: what could not be done, and why. */
function saysMore(text: string): boolean {
  return hasWords(text.replace(/^Could not [^:]*: /, '')) && /^Could not [^:]*: /.test(text);
}

function hasWords(text: string): boolean {
  return /\p{L}{2}/u.test(text);
}

/** A text inside of another is told with that one. */
function outermost(nodes: readonly Node[]): readonly Node[] {
  const inner = new Set(nodes.flatMap((node) => [...walk(node)].slice(1)));
  return [...new Set(nodes)].filter((node) => !inner.has(node));
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? String(node.name) : undefined;
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value : [value]) if (isNode(inner)) yield* walk(inner);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && 'loc' in value;
}
