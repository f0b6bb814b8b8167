namespace Appliance.Inference.Repository;

/// <summary>How far the graph is rewritten before it runs; <c>optimization.graph.level</c> of the configuration in brackets.</summary>
public enum GraphOptimization
{
    /// <summary>Everything (0, the default).</summary>
    All,

    /// <summary>Only what keeps the meaning node by node (-1).</summary>
    Basic,

    /// <summary>Fusions too (1).</summary>
    Extended,

    /// <summary>Nothing (2).</summary>
    Disabled,
}
