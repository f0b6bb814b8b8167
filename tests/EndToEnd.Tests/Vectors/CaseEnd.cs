namespace EndToEnd.Tests.Vectors;

/// <summary>How a backend case ended in the appliance, seen against the runtime itself.</summary>
internal enum CaseEnd
{
    /// <summary>The answer is the runtime's, bit for bit.</summary>
    Equal,

    /// <summary>The runtime differs from itself: the model draws random numbers without a seed.</summary>
    Random,

    /// <summary>An input or output is no tensor of the protocol's types; the appliance refuses the load.</summary>
    NotCarried,

    /// <summary>The runtime does not load the model; neither does the appliance.</summary>
    RefusedAtLoad,

    /// <summary>The runtime does not take the inputs; neither does the appliance.</summary>
    RefusedTheInputs,

    /// <summary>Anything else.</summary>
    Wrong,
}
