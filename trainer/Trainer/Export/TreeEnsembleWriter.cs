using Contracts.Onnx;
using Trainer.Learners;

namespace Trainer.Export;

/// <summary>Writes trees as one ai.onnx.ml (opset 5) TreeEnsemble node: inner nodes and leaves of all trees in two flat lists.</summary>
internal sealed class TreeEnsembleWriter
{
    private const byte BranchLessOrEqual = 0;
    private const byte BranchMember = 6;
    private const long Sum = 1;

    /// <summary>The operator's form for a tree of one leaf: a node whose branches are both that leaf.</summary>
    private static readonly TreeSplit _onlyLeaf =
        new(0, Threshold: 0, Categories: null, MissingHandling.NaN, DefaultLeft: true, Left: ~0, Right: ~0);

    private readonly List<long> _roots = [], _features = [], _missingTracksTrue = [];
    private readonly List<long> _trueIds = [], _trueIsLeaf = [], _falseIds = [], _falseIsLeaf = [], _leafTargets = [];
    private readonly List<byte> _modes = [];
    private readonly List<float> _thresholds = [], _members = [], _leafWeights = [];

    public static NodeProto Write(TreeModel model, string input, string output)
    {
        var writer = new TreeEnsembleWriter();
        for (var i = 0; i < model.Trees.Count; i++) writer.Add(model.Trees[i], target: i % model.Targets);
        return writer.ToNode(model.Targets, input, output);
    }

    private void Add(Tree tree, int target)
    {
        var firstNode = _modes.Count;
        var firstLeaf = _leafWeights.Count;
        _roots.Add(firstNode);
        foreach (var split in tree.Splits.Count > 0 ? tree.Splits : [_onlyLeaf])
        {
            AddTest(split);
            AddChild(_trueIds, _trueIsLeaf, split.Left, firstNode, firstLeaf);
            AddChild(_falseIds, _falseIsLeaf, split.Right, firstNode, firstLeaf);
        }
        foreach (var leaf in tree.Leaves) AddLeaf(leaf, target);
    }

    private void AddTest(TreeSplit split)
    {
        _features.Add(split.Feature);
        if (split.Categories is not null)
        {
            _modes.Add(BranchMember);
            _thresholds.Add(0);
            _missingTracksTrue.Add(0);
            _members.AddRange(split.Categories.Select(c => (float)c));
            _members.Add(float.NaN);
            return;
        }
        _modes.Add(BranchLessOrEqual);
        _thresholds.Add(FloatThreshold.Of(split.Threshold));
        // Where NaN counts as 0 it goes where 0 goes. Where zero is missing, the graph has turned zeros into NaN before this node.
        var missingGoesLeft = split.Missing == MissingHandling.None ? split.Threshold >= 0 : split.DefaultLeft;
        _missingTracksTrue.Add(missingGoesLeft ? 1 : 0);
    }

    private void AddLeaf(double weight, int target)
    {
        _leafWeights.Add((float)weight);
        _leafTargets.Add(target);
    }

    private static void AddChild(List<long> ids, List<long> isLeaf, int child, int firstNode, int firstLeaf)
    {
        ids.Add(child >= 0 ? firstNode + child : firstLeaf + ~child);
        isLeaf.Add(child >= 0 ? 0 : 1);
    }

    private NodeProto ToNode(int targets, string input, string output)
    {
        var node = OnnxNodes.MlNode("TreeEnsemble", [input], output,
            OnnxNodes.Integer("aggregate_function", Sum),
            OnnxNodes.Integer("n_targets", targets),
            OnnxNodes.Integers("tree_roots", _roots),
            OnnxNodes.Tensor("nodes_modes", OnnxNodes.ByteTensor([.. _modes])),
            OnnxNodes.Integers("nodes_featureids", _features),
            OnnxNodes.Tensor("nodes_splits", OnnxNodes.FloatTensor([.. _thresholds])),
            OnnxNodes.Integers("nodes_missing_value_tracks_true", _missingTracksTrue),
            OnnxNodes.Integers("nodes_truenodeids", _trueIds),
            OnnxNodes.Integers("nodes_trueleafs", _trueIsLeaf),
            OnnxNodes.Integers("nodes_falsenodeids", _falseIds),
            OnnxNodes.Integers("nodes_falseleafs", _falseIsLeaf),
            OnnxNodes.Integers("leaf_targetids", _leafTargets),
            OnnxNodes.Tensor("leaf_weights", OnnxNodes.FloatTensor([.. _leafWeights])));
        if (_members.Count > 0) node.Attribute.Add(OnnxNodes.Tensor("membership_values", OnnxNodes.FloatTensor([.. _members])));
        return node;
    }
}
