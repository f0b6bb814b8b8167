using Appliance.LoadGen;
using Compare.Machine;

namespace Compare.Results;

/// <summary>One run of the whole table.</summary>
internal sealed class CompareReport
{
    public int FormatVersion { get; set; } = 2;
    public string Name { get; set; } = "";

    /// <summary>appliance, or control where the floor played both sides.</summary>
    public string Kind { get; set; } = "";

    public DateTimeOffset Date { get; set; }
    public SourceState Source { get; set; } = new();
    public MachineFacts Machine { get; set; } = new();
    public SortedDictionary<string, string> Versions { get; set; } = [];
    public int Rounds { get; set; }
    public double RoundSeconds { get; set; }
    public double WarmupSeconds { get; set; }
    public double NoiseLimit { get; set; }

    /// <summary>Bytes of a request and of each side's answer, gRPC frame included.</summary>
    public SortedDictionary<string, int> MessageBytes { get; set; } = [];

    public List<TargetLine> Targets { get; set; } = [];

    /// <summary>Compared with the leanest no-model call there is, on the appliance's own transport.</summary>
    public List<CallerRow> ClosedLoop { get; set; } = [];

    /// <summary>The same rounds, compared with the leanest no-model call on Kestrel's HTTP/2.</summary>
    public List<CallerRow> AgainstKestrel { get; set; } = [];

    /// <summary>The same rounds, compared with calls on the appliance's own transport that each run the model for themselves.</summary>
    public List<CallerRow> AgainstBareRun { get; set; } = [];

    /// <summary>Core-µs of one run by rows, index 0 is one row; one list a start.</summary>
    public List<IReadOnlyList<double>> RunMicrosByRows { get; set; } = [];

    public StartUpFigures? StartUp { get; set; }
    public List<AllocationFigures> Allocation { get; set; } = [];
    public List<OpenLoopFigures> OpenLoop { get; set; } = [];

    /// <summary>Rows that failed, and why.</summary>
    public List<string> NotMeasured { get; set; } = [];

    /// <summary>What a reader must know before quoting a figure.</summary>
    public List<string> Notes { get; set; } = [];
}
