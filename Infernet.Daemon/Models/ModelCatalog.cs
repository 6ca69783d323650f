using System.Collections.Concurrent;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Models;

/// <summary>
/// The models of this node, by CID and by alias: what must survive a restart is in the journal, how each stands is in
/// memory. Thread-safe.
/// </summary>
internal sealed class ModelCatalog
{
    private readonly ConcurrentDictionary<Cid, ModelEntry> _entries = new();
    private readonly ModelTable _table;

    public ModelCatalog(ModelTable table)
    {
        _table = table;
        foreach (ModelRecord record in table.List())
        {
            Cid root = Cid.Parse(record.Cid);
            _entries[root] = new ModelEntry
            {
                Root = root,
                Alias = record.Alias,
                SizeBytes = record.SizeBytes,
                Serve = record.Serve,
                State = record.Complete ? ModelState.Ready : ModelState.Fetching,
            };
        }
    }

    /// <summary>Raised after any change. Must return at once.</summary>
    public event Action? Changed;

    public IReadOnlyList<ModelEntry> All() => [.. _entries.Values.OrderBy(e => e.Alias, StringComparer.Ordinal)];

    public ModelEntry? Find(Cid root) => _entries.GetValueOrDefault(root);

    public ModelEntry? FindAlias(string alias) => _entries.Values.FirstOrDefault(e => e.Alias == alias);

    /// <summary>Finds a model by CID or alias.</summary>
    /// <exception cref="ApiException">There is none; says which there are.</exception>
    public ModelEntry Get(string model)
    {
        ModelEntry? entry = FindAlias(model) ?? (Cid.TryParse(model, out Cid root) ? Find(root) : null);
        return entry ?? throw new ApiException(
            "not-found",
            _entries.IsEmpty
                ? $"This node has no model '{model}': it has none at all. Add one with: infernet model add FILE"
                : $"This node has no model '{model}'. It has: {string.Join(", ", All().Select(e => e.Alias))}");
    }

    /// <summary>Journals a model, then shows it.</summary>
    /// <exception cref="ApiException">The alias names another model already.</exception>
    /// <exception cref="JournalException">It can't be written.</exception>
    public async Task SaveAsync(ModelEntry entry, bool complete, CancellationToken cancellationToken)
    {
        if (FindAlias(entry.Alias) is { } other && other.Root != entry.Root)
        {
            throw new ApiException(
                "conflict",
                $"The alias '{entry.Alias}' names {other.Root} already; choose another with --alias, "
                + $"or remove that one with: infernet model remove {entry.Alias}");
        }

        var record = new ModelRecord(entry.Root.ToString(), entry.Alias, entry.SizeBytes, entry.Serve, complete);
        await _table.PutAsync(record, cancellationToken).ConfigureAwait(false);
        Show(entry);
    }

    /// <summary>Shows how a model stands now, without journaling it. A model that was removed meanwhile stays away.</summary>
    public void Update(Cid root, Func<ModelEntry, ModelEntry> change)
    {
        while (_entries.TryGetValue(root, out ModelEntry? known))
        {
            if (_entries.TryUpdate(root, change(known), known))
            {
                Changed?.Invoke();
                return;
            }
        }
    }

    /// <summary>Forgets a model.</summary>
    public async Task RemoveAsync(Cid root, CancellationToken cancellationToken)
    {
        await _table.RemoveAsync(root.ToString(), cancellationToken).ConfigureAwait(false);
        _entries.TryRemove(root, out _);
        Changed?.Invoke();
    }

    private void Show(ModelEntry entry)
    {
        _entries[entry.Root] = entry;
        Changed?.Invoke();
    }
}
