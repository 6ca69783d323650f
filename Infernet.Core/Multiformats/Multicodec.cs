namespace Infernet.Core.Multiformats;

/// <summary>Codes of https://github.com/multiformats/multicodec that this project uses.</summary>
public static class Multicodec
{
    public const ulong Identity = 0x00;
    public const ulong Sha256 = 0x12;
    public const ulong Raw = 0x55;
    public const ulong DagPb = 0x70;
    public const ulong Libp2pKey = 0x72;
}
