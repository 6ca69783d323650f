using System.Text;

namespace Infernet.Dht.Records;

/// <summary>
/// The validators by namespace. A key is <c>/namespace/rest</c>; a namespace may have several segments, and the
/// longest that fits decides. Keys outside every namespace are refused, so that nobody uses this network as a store.
/// </summary>
internal sealed class ValidatorSet
{
    private readonly (byte[] Prefix, IRecordValidator Validator)[] _longestFirst;
    private readonly RecordLimits _limits;

    public ValidatorSet(IReadOnlyDictionary<string, IRecordValidator> validators, RecordLimits limits)
    {
        _limits = limits;
        var all = new Dictionary<string, IRecordValidator>(validators, StringComparer.Ordinal);
        all.TryAdd(PublicKeyValidator.Namespace, new PublicKeyValidator());
        foreach (string name in all.Keys.Where(n => n.Length == 0 || n[0] == '/' || n[^1] == '/'))
        {
            throw new ArgumentException(
                $"'{name}' is not a namespace; it should have no slash at its ends: infernet/node.");
        }

        _longestFirst =
        [
            .. all.Select(v => (Encoding.UTF8.GetBytes($"/{v.Key}/"), v.Value))
                .OrderByDescending(v => v.Item1.Length),
        ];
    }

    /// <summary>Judges a record: its sizes, its namespace, then by the namespace's validator.</summary>
    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now)
    {
        if (key.Length > _limits.MaxKeyLength)
        {
            return RecordVerdict.Invalid($"the key has {key.Length} bytes; {_limits.MaxKeyLength} are allowed");
        }

        if (value.Length > _limits.MaxValueLength)
        {
            return RecordVerdict.Invalid($"the value has {value.Length} bytes; {_limits.MaxValueLength} are allowed");
        }

        if (Find(key) is not { } validator)
        {
            return RecordVerdict.Invalid("no validator knows the namespace of its key");
        }

        RecordVerdict verdict = validator.Validate(key, value, now);
        return verdict.IsValid && verdict.Expires <= now ? RecordVerdict.Invalid("it has expired") : verdict;
    }

    /// <summary>Whether a validator knows the key's namespace.</summary>
    public bool Knows(ReadOnlyMemory<byte> key) => Find(key) is not null;

    /// <summary>Whether the second of two good values is better than the first.</summary>
    public bool IsBetter(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> current, ReadOnlyMemory<byte> candidate) =>
        !current.Span.SequenceEqual(candidate.Span) && Find(key)?.Select(key, [current, candidate]) == 1;

    private IRecordValidator? Find(ReadOnlyMemory<byte> key)
    {
        foreach ((byte[] prefix, IRecordValidator validator) in _longestFirst)
        {
            if (key.Length > prefix.Length && key.Span.StartsWith(prefix))
            {
                return validator;
            }
        }

        return null;
    }
}
