-- Why a save changed nothing: followed keys, deletions, rights and policies told apart.

set local role {{owner}};
