namespace Lake.Import;

/// <summary>What becomes of input columns that the table does not have.</summary>
public enum UnknownColumns
{
    /// <summary>A file that has one is refused before a row is read; a JSON row that has one goes to quarantine.</summary>
    Refuse,

    /// <summary>They are added to the table as optional columns, with the type that the sample shows. One that the sample does not show, and a new field in a column that is there, is as with <see cref="Refuse"/>.</summary>
    Add,

    /// <summary>They are left out.</summary>
    Ignore,
}
