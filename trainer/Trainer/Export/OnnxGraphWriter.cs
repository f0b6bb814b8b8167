using Contracts.Onnx;
using Trainer.Data;
using Trainer.Learners;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace Trainer.Export;

/// <summary>
/// Writes a boosted-tree model as an ONNX graph that takes raw values: one [N, 1] input for each feature (FP32 or STRING), categories coded
/// inside, then the trees, then the objective. The output is `probability` [N, 1], `prediction` [N, 1] or `probabilities` [N, classes].
/// </summary>
internal sealed class OnnxGraphWriter(TreeModel trees, FeatureEncoding encoding)
{
    private const int IrVersion = 10;
    private const int Opset = 21;
    private const int MlOpset = 5;

    private readonly GraphProto _graph = new();

    /// <param name="descriptions">A sentence for each feature, in order; may be empty.</param>
    public ModelProto Write(string name, string description, IReadOnlyList<string> descriptions)
    {
        _graph.Name = name;
        _graph.Node.Clear();
        var coded = encoding.Features.Select((f, i) => AddInput(f, i, descriptions.ElementAtOrDefault(i) ?? "")).ToList();
        _graph.Node.Add(OnnxNodes.Node("Concat", coded, "encoded_features", OnnxNodes.Integer("axis", 1)));
        _graph.Node.Add(TreeEnsembleWriter.Write(trees, "encoded_features", "raw_score"));
        AddObjective();
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = TrainerVersion.Producer,
            ProducerVersion = TrainerVersion.Number,
            DocString = description,
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = OnnxNodes.MlDomain, Version = MlOpset });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "learner", Value = "LightGBM" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "objective", Value = trees.Objective.ToString().ToLowerInvariant() });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "trees", Value = trees.Trees.Count.ToString() });
        return model;
    }

    private string AddInput(EncodedFeature feature, int index, string description)
    {
        var type = feature.IsCategory ? DataType.String : DataType.Float;
        _graph.Input.Add(OnnxNodes.Value(feature.Name, type, 1, description));
        if (feature.IsCategory) return AddCoding(feature);
        return ZeroIsMissing(index) ? AddZeroToMissing(feature.Name) : feature.Name;
    }

    /// <summary>
    /// Texts that training never saw, and the empty text, become NaN: a set test sends both to its right side, as the booster does.
    /// </summary>
    private string AddCoding(EncodedFeature feature)
    {
        var output = feature.Name + "_code";
        _graph.Node.Add(OnnxNodes.MlNode("LabelEncoder", [feature.Name], output,
            OnnxNodes.Texts("keys_strings", feature.Categories),
            OnnxNodes.Numbers("values_floats", feature.Categories.Select((_, i) => (float)(i + FeatureEncoding.FirstCode))),
            OnnxNodes.Number("default_float", float.NaN)));
        return output;
    }

    private bool ZeroIsMissing(int feature)
    {
        var splits = trees.Trees.SelectMany(t => t.Splits).Where(s => s.Feature == feature && s.Categories is null).ToList();
        var zeroSplits = splits.Count(s => s.Missing == MissingHandling.Zero);
        if (zeroSplits == 0) return false;
        if (zeroSplits == splits.Count) return true;
        var name = trees.FeatureNames[feature];
        throw new TrainerException($"The booster cannot be exported: '{name}' treats zero as missing in some splits only.");
    }

    private string AddZeroToMissing(string input)
    {
        if (_graph.Initializer.Count == 0)
        {
            _graph.Initializer.Add(OnnxNodes.Scalar("zero_bound", FloatThreshold.ZeroBound));
            _graph.Initializer.Add(OnnxNodes.Scalar("missing", float.NaN));
        }
        _graph.Node.Add(OnnxNodes.Node("Abs", [input], input + "_size"));
        _graph.Node.Add(OnnxNodes.Node("LessOrEqual", [input + "_size", "zero_bound"], input + "_is_zero"));
        _graph.Node.Add(OnnxNodes.Node("Where", [input + "_is_zero", "missing", input], input + "_or_missing"));
        return input + "_or_missing";
    }

    private void AddObjective()
    {
        var score = "raw_score";
        if (trees.SigmoidScale != 1)
        {
            _graph.Initializer.Add(OnnxNodes.Scalar("sigmoid_scale", (float)trees.SigmoidScale));
            _graph.Node.Add(OnnxNodes.Node("Mul", [score, "sigmoid_scale"], "scaled_score"));
            score = "scaled_score";
        }
        var (operation, output) = trees.Objective switch
        {
            TreeObjective.Binary => ("Sigmoid", "probability"),
            TreeObjective.Multiclass => ("Softmax", "probabilities"),
            _ => ("Identity", "prediction"),
        };
        _graph.Node.Add(OnnxNodes.Node(operation, [score], output));
        _graph.Output.Add(OnnxNodes.Value(output, DataType.Float, trees.Targets));
    }
}
