#!/bin/bash
# Regenerates src/engine/emit/onnx_pb.ts from the public ONNX schema (onnx/onnx.proto of the onnx project, Apache-2.0).
set -euo pipefail
cd "$(dirname "$0")/../src/engine/emit"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp onnx.proto "$work"
cat >"$work/buf.gen.yaml" <<'YAML'
version: v2
plugins:
  - local: protoc-gen-es
    out: gen
    opt: [target=ts]
YAML
here=$PWD
cd "$work"
npx --yes --package @bufbuild/buf@1.75.0 --package @bufbuild/protoc-gen-es@2.13.0 buf generate onnx.proto
cp gen/onnx_pb.ts "$here/onnx_pb.ts"
