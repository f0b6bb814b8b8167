using Microsoft.Win32.SafeHandles;

namespace Trainer.Learners;

/// <summary>Owns a native booster. While it trains, its datasets must stay alive.</summary>
internal sealed class BoosterHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LightGbmNative.LGBM_BoosterFree(handle) == 0;
}
