namespace Appliance.Features.Ingest.History;

/// <summary>The starts of all stream views, as JSON beside the journal whose positions they are.</summary>
internal sealed class ViewStartsFile
{
    public const string Name = "view-starts.json";

    public List<ViewStart> Views { get; set; } = [];
}
