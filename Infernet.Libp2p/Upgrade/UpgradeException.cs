namespace Infernet.Libp2p.Upgrade;

/// <summary>A connection could not be secured; names the stage that failed.</summary>
internal sealed class UpgradeException(UpgradeStage stage, string reason, Exception? inner = null)
    : IOException($"{Describe(stage)}: {reason}", inner)
{
    public UpgradeStage Stage => stage;

    private static string Describe(UpgradeStage stage) => stage switch
    {
        UpgradeStage.SecurityNegotiation => "negotiating /noise",
        UpgradeStage.NoiseHandshake => "Noise handshake",
        _ => "negotiating /yamux/1.0.0",
    };
}
