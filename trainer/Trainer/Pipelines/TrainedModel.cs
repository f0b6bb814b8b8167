using Contracts;
using Contracts.Onnx;
using Trainer.Evaluation;

namespace Trainer.Pipelines;

/// <summary>
/// What a training run made, ready to be published: a graph that was proven equal to the learner, its manifest and its quality.
/// </summary>
internal sealed record TrainedModel(
    ModelProto Graph, ModelManifest Manifest, EvaluationReport Report, int Rounds, double WorstParityDifference);
