using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Audits.Canaries;

/// <summary>
/// Makes canaries of decided cases: copies, where the answers are surely right, and tampered ones. A tampered answer is
/// wrong whatever the original was. Keeps the last cases alone, and only in memory. Not thread-safe.
/// </summary>
internal sealed class CanaryMint(int capacity)
{
    private readonly Queue<KnownAnswers> _known = [];

    /// <summary>Cases that are kept.</summary>
    public int Count => _known.Count;

    /// <summary>Learns a case that was decided for its provider.</summary>
    public void Learn(KnownAnswers known)
    {
        _known.Enqueue(known);
        if (_known.Count > capacity)
        {
            _known.Dequeue();
        }
    }

    /// <summary>Makes a canary; null while nothing is known that gives one.</summary>
    /// <param name="fraction">Draws a number from 0 to below 1.</param>
    /// <param name="now">The time.</param>
    public Canary? Mint(Func<double> fraction, DateTimeOffset now)
    {
        if (_known.Count == 0)
        {
            return null;
        }

        KnownAnswers chosen = _known.ElementAt((int)(fraction() * _known.Count));
        bool sound = chosen.IsSure && fraction() < 0.5;
        if (sound)
        {
            return new Canary(Fresh(chosen, chosen.Case.Request.Clone(), now), true, chosen.Knowing);
        }

        Tampering.Way[] ways = Enum.GetValues<Tampering.Way>();
        int first = (int)(fraction() * ways.Length);
        for (int i = 0; i < ways.Length; i++)
        {
            Tampering.Way way = ways[(first + i) % ways.Length];
            if (Tampering.Apply(chosen.Case.Request, way, Foreign(chosen.Case.Request)) is { } tampered)
            {
                return new Canary(Fresh(chosen, tampered, now), false, chosen.Knowing);
            }
        }

        return null;
    }

    // The nonce is another each time, and so is the request's hash.
    private static AuditCase Fresh(KnownAnswers known, AuditRequest request, DateTimeOffset now)
    {
        request.Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(AuditLimits.NonceLength));
        return known.Case with { Request = request, OpenedAt = now };
    }

    private AuditItem? Foreign(AuditRequest request) => _known
        .Select(k => k.Case.Request)
        .Where(r => r.Kind == request.Kind && r.ModelRoot.Equals(request.ModelRoot)
            && Equals(r.Sampling, request.Sampling))
        .SelectMany(r => r.Items)
        .FirstOrDefault(i => i.Output.Error.Length == 0
            && request.Items.All(own => !own.Receipt.InputHash.Equals(i.Receipt.InputHash)
                && !own.Receipt.OutputHash.Equals(i.Receipt.OutputHash)));
}
