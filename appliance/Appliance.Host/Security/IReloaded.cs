namespace Appliance.Host.Security;

/// <summary>Something that files say and that follows them.</summary>
internal interface IReloaded
{
    /// <summary>Looks at the files, and takes what changed. Does not throw for what is in them.</summary>
    void Reload();
}
