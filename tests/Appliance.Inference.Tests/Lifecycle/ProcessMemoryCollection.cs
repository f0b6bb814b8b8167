namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>Tests of what is the whole process's: they run alone, for every start and load of another test gives its memory back too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemoryCollection
{
    public const string Name = "Process memory";
}
