using Appliance.LoadGen;
using Compare.Machine;
using Compare.Results;

namespace Compare.Tables;

/// <summary>Everything that one run of a table measured, as it is written to the JSON file.</summary>
internal sealed class TableReport
{
    public string Name { get; set; } = "";
    public DateTimeOffset Date { get; set; }
    public SourceState Source { get; set; } = new();
    public MachineFacts Machine { get; set; } = new();
    public SortedDictionary<string, string> Versions { get; set; } = [];
    public int Rounds { get; set; }
    public double RoundSeconds { get; set; }
    public double NoiseLimit { get; set; }
    public List<TableLine> Lines { get; set; } = [];
    public List<SideFigures> Sides { get; set; } = [];
    public List<OpenLoopFigures> OpenLoop { get; set; } = [];
    public List<FeatureClients.Results.PostResult> Ingest { get; set; } = [];

    /// <summary>Rows that could not be measured, with the reason.</summary>
    public List<string> NotMeasured { get; set; } = [];
}
