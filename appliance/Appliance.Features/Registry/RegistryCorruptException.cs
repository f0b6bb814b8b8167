namespace Appliance.Features.Registry;

/// <summary>A file of the registry is not what was written: the registry does not open, since every later version rests on it.</summary>
public sealed class RegistryCorruptException(string file, int line, string rule, Exception? inner = null)
    : Exception($"{file}, line {line}: {rule}. Put the file back from a copy; nothing was changed.", inner)
{
    public string File { get; } = file;
    public int Line { get; } = line;
}
