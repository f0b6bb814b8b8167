namespace Lake.Storage;

/// <summary>What a request to S3 is for.</summary>
internal enum S3Operation
{
    /// <summary>An object's bytes.</summary>
    Read,

    /// <summary>Whether there is an object.</summary>
    Find,

    /// <summary>The objects of a prefix.</summary>
    List,

    /// <summary>An object's bytes, in the place of what was there; an upload in parts.</summary>
    Write,

    /// <summary>An object that is not there yet.</summary>
    Create,

    /// <summary>The end of an object.</summary>
    Delete,

    /// <summary>A copy of an archived object that can be read.</summary>
    Restore,
}
