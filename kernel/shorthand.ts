/**
 * `{ run }`, where an earlier cell has made `run`: tslab leaves the short form as it is, which then finds nothing. It is
 * written out before tslab gets to see it.
 */
import type typescript from '@tslab/typescript-for-tslab';
import type { TypeScript } from './tslab.ts';

type Host = ReturnType<TypeScript['createWatchCompilerHost']>;
type Program = Parameters<NonNullable<Host['afterProgramCreate']>>[0];

/** Has whoever sets `host.afterProgramCreate` emit with short forms written out; `earlier` declares what cells have made. */
export function writeOutShorthand(ts: TypeScript, host: Host, earlier: string): void {
  let told: Host['afterProgramCreate'];
  Object.defineProperty(host, 'afterProgramCreate', {
    get: () => told,
    set: (tell: NonNullable<typeof told>) => {
      told = (program) => tell(emittingWrittenOut(ts, program, earlier));
    },
  });
}

function emittingWrittenOut(ts: TypeScript, program: Program, earlier: string): Program {
  const emit: Program['emit'] = (file, write, cancelled, declarationsOnly, transformers = {}) => {
    const before = [writingOut(ts, program.getProgram().getTypeChecker(), earlier), ...(transformers.before ?? [])];
    return program.emit(file, write, cancelled, declarationsOnly, { ...transformers, before });
  };
  return Object.create(program, { emit: { value: emit } }) as Program;
}

function writingOut(
  { factory, ...ts }: TypeScript,
  checker: typescript.TypeChecker,
  earlier: string,
): typescript.TransformerFactory<typescript.SourceFile> {
  const isEarlier = (node: typescript.ShorthandPropertyAssignment): boolean =>
    checker
      .getShorthandAssignmentValueSymbol(node)
      ?.declarations?.some((declaration) => declaration.getSourceFile().fileName === earlier) === true;
  return (context) => {
    const visit = (node: typescript.Node): typescript.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (!ts.isShorthandPropertyAssignment(node) || !isEarlier(node)) return inner;
      const { name, objectAssignmentInitializer: initial } = inner as typescript.ShorthandPropertyAssignment;
      const value = factory.createPropertyAccessExpression(factory.createIdentifier('exports'), name.text);
      return factory.createPropertyAssignment(name.text, initial ? factory.createAssignment(value, initial) : value);
    };
    return (file) => ts.visitNode(file, visit, ts.isSourceFile);
  };
}
