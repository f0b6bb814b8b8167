namespace FeatureModel.Windows;

/// <summary>A track while its plan is compiled.</summary>
/// <param name="isFixed">Whether it is a track of the plan before, whose columns stay as they are.</param>
internal sealed class TrackDraft(TrackKey key, WindowFieldKind fieldKind, TrackColumns columns, bool isFixed)
{
    public TrackKey Key { get; } = key;

    public WindowFieldKind FieldKind { get; } = fieldKind;

    public TrackColumns Columns { get; private set; } = columns;

    public bool IsFixed { get; } = isFixed;

    public List<WindowRead> Reads { get; } = [];

    public bool Holds(TrackColumns columns) => (Columns & columns) == columns;

    public void Add(TrackColumns columns, WindowRead read)
    {
        Columns |= columns;
        Reads.Add(read);
    }
}
