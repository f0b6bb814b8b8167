using System.Text.Json;
using Appliance.Features.Journal;
using Appliance.Features.Reading;

namespace Appliance.Features.Ingest.History;

/// <summary>
/// From which position of the journal on each stream view counts its events. Settled when the ingest loop first has the view and on the disk before
/// that loop applies an event to it, so it is the same after any crash, for an older checkpoint, and for a store that is filled anew. Changed by that
/// loop alone; read by any thread.
/// </summary>
internal sealed class ViewStarts
{
    private readonly string _path;

    // Views that are older than the file: where they began is not known.
    private bool _isUpgrade;
    private bool _isUnwritten;
    private volatile State _state;

    private ViewStarts(string path, IEnumerable<ViewStart> views, bool isUpgrade)
    {
        (_path, _isUpgrade) = (path, isUpgrade);
        _state = new State(views.ToDictionary(v => v.View));
    }

    /// <param name="folder">The journal's.</param>
    /// <param name="isFilled">Whether the store holds events already.</param>
    /// <exception cref="InvalidDataException">The file is not what this class writes.</exception>
    public static ViewStarts Open(string folder, bool isFilled)
    {
        var path = Path.Combine(folder, ViewStartsFile.Name);
        if (!File.Exists(path)) return new ViewStarts(path, [], isFilled) { _isUnwritten = true };
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), HistoryJsonContext.Default.ViewStartsFile);
            return new ViewStarts(path, file?.Views ?? [], isUpgrade: false);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"{path} cannot be read, so from where on views count is not known: {malformed.Message}", malformed);
        }
    }

    /// <summary>The view's start; false while the loop has not taken the view up.</summary>
    public bool TryGet(ServedView view, out long position)
    {
        position = ViewStart.Unknown;
        if (!_state.Views.TryGetValue(view.Number, out var start) || !IsOf(start, view)) return false;
        position = start.Position;
        return true;
    }

    /// <summary>Whether the view counts what stands at that position.</summary>
    public bool Counts(ServedView view, long position)
    {
        var state = _state;
        // Nearly always: no view is younger than the event.
        return position >= state.Newest || !state.Views.TryGetValue(view.Number, out var start) || position >= start.Position;
    }

    /// <summary>Completes at the next change.</summary>
    public Task Changed => _state.Replaced.Task;

    /// <summary>Gives every stream view that has no start yet that position, and forgets views that are gone.</summary>
    /// <param name="begun">Gets the numbers of the views that begin.</param>
    /// <exception cref="IOException">The disk refuses; nothing has changed.</exception>
    public void Adopt(FeatureCatalog catalog, long position, ICollection<uint> begun)
    {
        var before = _state;
        var views = new Dictionary<uint, ViewStart>();
        foreach (var view in catalog.Views.Where(v => v.Kind == ViewKind.Stream))
        {
            if (before.Views.TryGetValue(view.Number, out var start) && IsOf(start, view))
            {
                views.Add(view.Number, start);
                continue;
            }
            views.Add(view.Number, new ViewStart(view.Number, view.BornLayout, view.Source, _isUpgrade ? ViewStart.Unknown : position));
            begun.Add(view.Number);
        }
        if (begun.Count == 0 && views.Count == before.Views.Count && !_isUnwritten) return;
        Write(views.Values);
        _isUpgrade = _isUnwritten = false;
        _state = new State(views);
        before.Replaced.SetResult();
    }

    private static bool IsOf(ViewStart start, ServedView view) => start.Layout == view.BornLayout && start.Source == view.Source;

    private void Write(IEnumerable<ViewStart> views)
    {
        var file = new ViewStartsFile { Views = [.. views.OrderBy(v => v.View)] };
        var next = _path + ".next";
        using (var handle = File.OpenHandle(next, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, JsonSerializer.SerializeToUtf8Bytes(file, HistoryJsonContext.Default.ViewStartsFile), 0);
            RandomAccess.FlushToDisk(handle);
        }
        File.Move(next, _path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
    }

    private sealed record State(Dictionary<uint, ViewStart> Views)
    {
        public long Newest { get; } = Views.Count == 0 ? 0 : Views.Values.Max(v => v.Position);

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
