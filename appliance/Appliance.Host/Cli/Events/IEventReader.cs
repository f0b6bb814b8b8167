using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Events;

/// <summary>Reads the events of one file in order. Owned by one thread; disposing it closes the file.</summary>
internal interface IEventReader : IDisposable
{
    string Path { get; }

    /// <summary>The line on which the last event begins, from 1.</summary>
    int Line { get; }

    /// <summary>What is wrong with the last line.</summary>
    LineFault? Fault { get; }

    /// <summary>What whoever sends the file should know of its columns.</summary>
    IEnumerable<string> Notes { get; }

    /// <summary>Adds the next event's record, its ingest time 0.</summary>
    LineStatus Read(EventRecordBuffer records);
}
