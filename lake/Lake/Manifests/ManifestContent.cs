namespace Lake.Manifests;

/// <summary>What files a manifest lists. The numbers are the format's.</summary>
public enum ManifestContent
{
    Data = 0,
    Deletes = 1,
}
