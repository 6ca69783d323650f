namespace Infernet.Libp2p.Upgrade;

/// <summary>How far a raw connection has come on its way to a secured, multiplexed one.</summary>
internal enum UpgradeStage
{
    /// <summary>Agreeing on /noise by multistream-select.</summary>
    SecurityNegotiation,

    /// <summary>The three messages of the Noise handshake.</summary>
    NoiseHandshake,

    /// <summary>Agreeing on /yamux/1.0.0, inside the handshake or after it.</summary>
    MuxerNegotiation,
}
