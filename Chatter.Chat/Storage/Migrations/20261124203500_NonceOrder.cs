using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    public partial class NonceOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // One of the log's tables; the model knows nothing of it.
            migrationBuilder.Sql(LogSchema.NonceOrder);
        }
    }
}
