/**
 * The last step of a cell's compilation, from ES modules to CommonJS. It adds what lets a cell be interrupted anywhere: a
 * look at whether it has been, in each turn of each loop and after each `await`. It makes `import()` the one of the folder
 * that the code is from, and keeps the source maps of this step and the one before.
 */
import type typescript from '@tslab/typescript-for-tslab';
import type { TypeScript } from './tslab.ts';

/** The name by which code reaches the kernel. */
export const KERNEL = '__dmdLabKernel';

/** Source maps from the code that runs to the code that was written, one after another. */
export type SourceMaps = readonly unknown[];

type Transpile = TypeScript['transpileModule'];

const inlineMap = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

/** TypeScript's `transpileModule` in our place of it. The maps of what it gives lie in `maps`, by the code itself. */
export const instrumenting =
  (maps: Map<string, SourceMaps>) =>
  (ts: TypeScript, transpile: Transpile): Transpile =>
  (input, options) => {
    const first = inlineMap.exec(input)?.[1];
    const result = transpile(input.replace(inlineMap, ''), {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
      transformers: { before: [instrument(ts)] },
    });
    const code = result.outputText.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, '');
    const parsed = [result.sourceMapText!, ...(first ? [Buffer.from(first, 'base64').toString()] : [])];
    maps.set(
      code,
      parsed.map((text) => JSON.parse(text) as unknown),
    );
    return { ...result, outputText: code };
  };

function instrument(ts: TypeScript): typescript.TransformerFactory<typescript.SourceFile> {
  const { factory } = ts;
  const kernel = (name: string, ...args: typescript.Expression[]): typescript.Expression => {
    const property = factory.createPropertyAccessExpression(factory.createIdentifier(KERNEL), name);
    return factory.createCallExpression(property, undefined, args);
  };
  const looking = (body: typescript.Statement): typescript.Block =>
    factory.createBlock([factory.createExpressionStatement(kernel('look')), body], true);

  return (context) => {
    const visit = (node: typescript.Node): typescript.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (ts.isForStatement(inner)) {
        const { initializer, condition, incrementor, statement } = inner;
        return factory.updateForStatement(inner, initializer, condition, incrementor, looking(statement));
      }
      if (ts.isForOfStatement(inner)) {
        const { awaitModifier, initializer, expression, statement } = inner;
        return factory.updateForOfStatement(inner, awaitModifier, initializer, expression, looking(statement));
      }
      if (ts.isForInStatement(inner))
        return factory.updateForInStatement(inner, inner.initializer, inner.expression, looking(inner.statement));
      if (ts.isWhileStatement(inner))
        return factory.updateWhileStatement(inner, inner.expression, looking(inner.statement));
      if (ts.isDoStatement(inner)) return factory.updateDoStatement(inner, looking(inner.statement), inner.expression);
      if (ts.isAwaitExpression(inner)) return kernel('resumed', inner);
      if (ts.isCallExpression(inner) && inner.expression.kind === ts.SyntaxKind.ImportKeyword)
        return kernel('import', factory.createIdentifier('require'), ...inner.arguments);
      if (ts.isMetaProperty(inner) && inner.keywordToken === ts.SyntaxKind.ImportKeyword)
        return kernel('meta', factory.createIdentifier('require'));
      return inner;
    };
    return (file) => ts.visitNode(file, visit, ts.isSourceFile);
  };
}
