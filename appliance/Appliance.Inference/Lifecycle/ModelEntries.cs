using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Appliance.Inference.Lifecycle;

/// <summary>The model manager's entries by model name; an entry and its slot come and go together. Thread-safe; reading takes no lock.</summary>
internal sealed class ModelEntries(ModelDirectory directory)
{
    // Guards that an entry and its slot come and go together.
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, ModelEntry> _entries = new(StringComparer.Ordinal);

    public ICollection<ModelEntry> All => _entries.Values;

    public bool TryFind(string model, [NotNullWhen(true)] out ModelEntry? entry) => _entries.TryGetValue(model, out entry);

    public bool Contains(string model) => _entries.ContainsKey(model);

    /// <summary>The entry of that name, made if there is none.</summary>
    public ModelEntry GetOrAdd(string model)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(model, out var entry)) _entries[model] = entry = new ModelEntry(model, directory.GetOrAdd(model));
            return entry;
        }
    }

    /// <summary>
    /// Drops what is known of a name that neither the repository nor a loaded version stands for: such names come from callers, who could
    /// fill the memory with them. Under the entry's gate; whoever waits for that takes a new entry.
    /// </summary>
    public void Forget(ModelEntry entry)
    {
        lock (_gate)
        {
            if (entry.Forgotten) return;
            entry.Forgotten = true;
            _entries.TryRemove(entry.Name, out _);
            directory.Remove(entry.Slot);
        }
    }
}
