namespace TestKit;

/// <summary>A sample as read from a page.</summary>
public sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Name and labels but for a bucket's bound: what makes a series.</summary>
    public string Series { get; } = Name + string.Concat(Labels.Where(l => l.Key != "le").Select(l => $"|{l.Key}={l.Value}"));
}
