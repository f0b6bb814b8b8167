using Contracts.Onnx;

namespace Compare.Models;

/// <summary>
/// A boosted ensemble's size and shape: 200 trees of 31 leaves over 64 values, thresholds and leaves from a seed, splits as uneven as a learner that grows the best leaf makes
/// them. Real comparisons, with nothing learnt in them.
/// </summary>
internal static class TreeGraph
{
    public const string Input = "input";
    public const string Output = "output";
    public const int Width = MlpGraph.Width;
    private const int Trees = 200;
    private const int Leaves = 31;

    public static ModelProto Build(int seed)
    {
        var random = new Random(seed);
        var nodes = new NodeLists();
        for (var tree = 0; tree < Trees; tree++) nodes.AddTree(tree, random);
        var node = new NodeProto { OpType = "TreeEnsembleRegressor", Domain = "ai.onnx.ml", Name = "trees", Input = { Input }, Output = { Output } };
        node.Attribute.Add(new AttributeProto { Name = "n_targets", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        nodes.WriteTo(node);
        var graph = new GraphProto { Name = "trees", Input = { GraphParts.Tensor(Input, Width) }, Output = { GraphParts.Tensor(Output, 1) }, Node = { node } };
        return GraphParts.Model(graph, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
    }

    /// <summary>The operator's attributes: one entry a node, and one a leaf.</summary>
    private sealed class NodeLists
    {
        private readonly List<long> _trees = [], _ids = [], _features = [], _true = [], _false = [], _leafTrees = [], _leafIds = [];
        private readonly List<string> _modes = [];
        private readonly List<float> _values = [], _weights = [];

        public void AddTree(int tree, Random random)
        {
            // Leaves as positions in the lists of this tree; any of them may be split next.
            var first = _ids.Count;
            List<int> leaves = [Add(tree, 0)];
            while (leaves.Count < Leaves)
            {
                var at = random.Next(leaves.Count);
                var split = leaves[at];
                var (yes, no) = (Add(tree, _ids.Count - first), Add(tree, _ids.Count - first));
                (_modes[split], _features[split], _values[split]) = ("BRANCH_LEQ", random.Next(Width), random.NextSingle() * 2 - 1);
                (_true[split], _false[split]) = (_ids[yes], _ids[no]);
                leaves[at] = yes;
                leaves.Add(no);
            }
            foreach (var leaf in leaves)
            {
                _leafTrees.Add(tree);
                _leafIds.Add(_ids[leaf]);
                _weights.Add((random.NextSingle() - 0.5f) / Trees);
            }
        }

        public void WriteTo(NodeProto node)
        {
            Integers(node, "nodes_treeids", _trees);
            Integers(node, "nodes_nodeids", _ids);
            Integers(node, "nodes_featureids", _features);
            Integers(node, "nodes_truenodeids", _true);
            Integers(node, "nodes_falsenodeids", _false);
            Integers(node, "target_treeids", _leafTrees);
            Integers(node, "target_nodeids", _leafIds);
            Integers(node, "target_ids", [.. _leafIds.Select(_ => 0L)]);
            Floats(node, "nodes_values", _values);
            Floats(node, "target_weights", _weights);
            var modes = new AttributeProto { Name = "nodes_modes", Type = AttributeProto.Types.AttributeType.Strings };
            modes.Strings.AddRange(_modes.Select(Google.Protobuf.ByteString.CopyFromUtf8));
            node.Attribute.Add(modes);
        }

        private int Add(int tree, int id)
        {
            _trees.Add(tree);
            _ids.Add(id);
            _features.Add(0);
            _true.Add(0);
            _false.Add(0);
            _modes.Add("LEAF");
            _values.Add(0);
            return _ids.Count - 1;
        }

        private static void Integers(NodeProto node, string name, List<long> values) =>
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } });

        private static void Floats(NodeProto node, string name, List<float> values) =>
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } });
    }
}
