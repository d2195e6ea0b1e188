namespace Reconciler.Operator.Migration;

/// <summary>Keeps the record of one migration. What <see cref="Write"/> returned from is on the disk.</summary>
internal interface IMigrationRecords
{
    /// <returns>Null when this migration never began.</returns>
    MigrationRecord? Read();

    void Write(MigrationRecord record);
}
