// The yardstick of the REST row: what a team would write with fastify and onnxruntime-node, a process a core.
// Usage: node server.mjs MODEL.onnx PORT WORKERS
import cluster from 'node:cluster';
import Fastify from 'fastify';
import ort from 'onnxruntime-node';

const [model, port, workers] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
  const stop = () => { for (const id in cluster.workers) cluster.workers[id].kill(); process.exit(0); };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} else {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
  const app = Fastify({ logger: false });
  app.post('/v2/models/:model/infer', async (request, reply) => {
    const [input] = request.body.inputs;
    const answer = await session.run({ [input.name]: new ort.Tensor('float32', Float32Array.from(input.data), input.shape) });
    return {
      model_name: request.params.model,
      model_version: '1',
      outputs: Object.entries(answer).map(([name, tensor]) => ({ name, datatype: 'FP32', shape: tensor.dims, data: Array.from(tensor.data) })),
    };
  });
  await app.listen({ host: '127.0.0.1', port });
}
