namespace Appliance.Scoring.Entities;

/// <summary>The feature of a service that fills a feature of a model.</summary>
/// <param name="Reference">As view:feature.</param>
/// <param name="Output">Position among the outputs of the binding's plan.</param>
/// <param name="Reads">The view reads of the plan that it rests on: its own view's, or those of everything that it is computed from.</param>
internal sealed record StoredFeature(string Reference, int Output, int[] Reads)
{
    /// <summary>Whether its definition has a default.</summary>
    public bool HasDefault { get; init; }

    /// <summary>That default, as rows of the model keep values.</summary>
    public long DefaultCell { get; init; }

    /// <summary>That default of a text, UTF-8.</summary>
    public byte[] DefaultText { get; init; } = [];
}
