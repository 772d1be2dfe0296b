import { parse } from '@babel/parser';

/** What a source file imports: a path or a package, and whether nothing of it is left once the types are gone. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** A source file as far as the rules of the house look at it. */
export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** Static and dynamic ones, types, and what is exported on. A dynamic one whose address is worked out is `?`. */
  readonly imports: readonly Import[];
  readonly hasDefaultExport: boolean;
  /** Whether it exports on what others made, all of one of them or nothing of its own. */
  readonly isBarrel: boolean;
  /** The lines in which the type `any` stands. */
  readonly anys: readonly number[];
  /** The lines in which a statement does something as soon as the file is imported; declarations and their values do not count. */
  readonly acts: readonly number[];
}

interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [field: string]: unknown;
}

const declarations = new Set([
  ...['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ExportDefaultDeclaration'],
  ...['VariableDeclaration', 'FunctionDeclaration', 'ClassDeclaration'],
  ...['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSDeclareFunction', 'TSModuleDeclaration'],
]);
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ObjectMethod']);
const methods = new Set(['ClassMethod', 'ClassPrivateMethod', 'ClassProperty', 'ClassPrivateProperty']);

/** Reads a source file of TypeScript. Throws where it is none. */
export function readSource(path: string, text: string): Source {
  const program = parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node;
  const body = program.body as readonly Node[];
  const nodes = [...walk(program)];
  const line = ({ loc }: Node) => loc.start.line;
  return {
    path,
    lines: text.split('\n').length - 1,
    imports: nodes.flatMap(importOf),
    hasDefaultExport: nodes.some(isDefaultExport),
    isBarrel: body.some(({ type }) => type === 'ExportAllDeclaration') || onlyExportsOn(body),
    anys: nodes.filter(({ type }) => type === 'TSAnyKeyword').map(line),
    acts: body
      .filter((statement) => !declarations.has(statement.type) || [...walkNow(statement)].some(isAwait))
      .map(line),
  };
}

function* walk(node: Node, enter: (inner: Node) => boolean = () => true): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value : [value])
      if (isNode(inner) && enter(inner)) yield* walk(inner, enter);
  }
}

/** The nodes that are evaluated when their file is: what stands in functions waits for a call. */
function* walkNow(node: Node): Generator<Node> {
  const isNow = ({ type }: Node) => !functions.has(type) && !methods.has(type);
  if (isNow(node)) yield* walk(node, isNow);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && 'loc' in value;
}

function isAwait({ type, await: awaits }: Node): boolean {
  return type === 'AwaitExpression' || (type === 'ForOfStatement' && awaits === true);
}

function importOf(node: Node): readonly Import[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return [{ from: textOf(node.source), typeOnly: node.importKind === 'type' || onlyTypes(node) }];
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node.source) ? [{ from: textOf(node.source), typeOnly: node.exportKind === 'type' }] : [];
    case 'TSImportType':
      return [{ from: textOf(node.argument), typeOnly: true }];
    case 'TSExternalModuleReference':
      return [{ from: textOf(node.expression), typeOnly: false }];
    case 'ImportExpression':
      return [{ from: textOf(node.source), typeOnly: false }];
    case 'CallExpression': {
      const callee = node.callee as Node;
      const loads = callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require');
      return loads ? [{ from: textOf((node.arguments as readonly unknown[])[0]), typeOnly: false }] : [];
    }
    default:
      return [];
  }
}

function onlyTypes({ specifiers }: Node): boolean {
  const all = specifiers as readonly Node[];
  return all.length > 0 && all.every(({ importKind }) => importKind === 'type');
}

function textOf(node: unknown): string {
  if (!isNode(node)) return '?';
  if (node.type === 'TSLiteralType') return textOf(node.literal);
  return node.type === 'StringLiteral' ? String(node.value) : '?';
}

function isDefaultExport(node: Node): boolean {
  if (node.type === 'ExportDefaultDeclaration') return true;
  return node.type === 'ExportSpecifier' && (node.exported as Node).name === 'default';
}

function onlyExportsOn(body: readonly Node[]): boolean {
  const isImport = ({ type }: Node) => type === 'ImportDeclaration';
  const exportsOn = ({ type, declaration }: Node) => type === 'ExportNamedDeclaration' && !isNode(declaration);
  return body.some(exportsOn) && body.every((statement) => isImport(statement) || exportsOn(statement));
}
