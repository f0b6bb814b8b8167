using Microsoft.Win32.SafeHandles;

namespace Trainer.Learners;

/// <summary>Owns a native dataset.</summary>
internal sealed class DatasetHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LightGbmNative.LGBM_DatasetFree(handle) == 0;
}
