using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Bench.Pay;

/// <summary>
/// Vouchers that a core signs and verifies in a second, in turns with @solana/kit, whose WebCrypto gets one thread too;
/// and how near that is to the limit, libsodium's verification alone.
/// </summary>
internal static class VoucherSpeed
{
    private const double Seconds = 1;
    private const int Rounds = 5;
    private const int ClockEvery = 64;

    private static readonly SolanaKey Key = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);
    private static readonly Address Channel = new([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static async Task RunAsync(BenchReport report, BenchProcess kit, CancellationToken ct)
    {
        byte[] message = new Voucher(Channel, 1, 0).Encode();
        byte[] signature = Key.Sign(message);
        (double sign, double verify, double bare, double kitSign, double kitVerify) = (0, 0, 0, 0, 0);
        var arguments = new { seconds = Seconds, channel = Channel.ToString() };
        for (int round = 0; round < Rounds; round++)
        {
            sign = Math.Max(sign, PerSecond(n => new Voucher(Channel, n, 0).Sign(Key)));
            kitSign = Math.Max(kitSign, await kit.CallAsync<double>("sign", arguments, ct));
            verify = Math.Max(verify, PerSecond(_ => Verify(message, signature)));
            kitVerify = Math.Max(kitVerify, await kit.CallAsync<double>("verify", arguments, ct));
            bare = Math.Max(bare, PerSecond(_ => Ed25519.Verify(Key.Address.Span, message, signature)));
        }

        report.AddHigher("vouchers signed, one core", sign, "1/s", "@solana/kit", kitSign);
        report.AddHigher("vouchers verified, one core", verify, "1/s", "@solana/kit", kitVerify);
        report.AddHigher("vouchers verified, beside the limit", verify, "1/s", "libsodium alone", bare);
    }

    // As it comes from the wire: the bytes are read, and held against the signature.
    private static void Verify(byte[] message, byte[] signature)
    {
        if (!Voucher.TryDecode(message, out Voucher voucher) || !voucher.IsSignedBy(Key.Address, signature))
        {
            throw new InvalidOperationException("The voucher is not right.");
        }
    }

    private static double PerSecond(Action<ulong> one)
    {
        long start = Stopwatch.GetTimestamp();
        ulong count = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            for (int i = 0; i < ClockEvery; i++)
            {
                one(++count);
            }
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
