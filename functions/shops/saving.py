"""saveStore and saveStaff: a store and who works there, written so that no slip can stop its points."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from common import saving
from common.callable import Caller, callable_function
from common.messages import NotedRequest, ResponseModel, Uid
from shops.stores import Staff, Store, StoreId, staff_ref, store_ref

Picture = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=2000)]


class SaveStoreRequest(NotedRequest):
    """A store. What is not given stays as it is."""

    store_id: StoreId
    name: Annotated[str, StringConstraints(max_length=200)] = Field(description="As customers see it.")
    address: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, description="As customers see it.")
    images: Annotated[list[Picture], Field(max_length=20)] | None = Field(None, description="Addresses of pictures.")


class StoreView(ResponseModel):
    """The store as it now is."""

    store_id: str
    name: str = Field(description="As customers see it.")
    address: str | None = Field(description="As customers see it.")
    images: list[str] = Field(description="Addresses of pictures.")


class SaveStaffRequest(NotedRequest):
    """Who works at a store, all of them."""

    store_id: StoreId
    uids: Annotated[list[Uid], Field(max_length=500)] = Field(description="Their uids.")


class StaffView(ResponseModel):
    """Who works at the store now."""

    store_id: str
    uids: list[str] = Field(description="Their uids.")


@callable_function(who="an administrator", admin_only=True)
def saveStore(_: Caller, request: SaveStoreRequest) -> StoreView:  # noqa: N802
    """Writes a store as the app shows it. Awards and payments keep the name that they were made under."""
    given = {"name": request.name, "address": request.address, "images": request.images}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    doc = saving.save(store_ref(request.store_id), Store, fields)
    address, images = doc.get("address"), doc.get("images")
    return StoreView(
        store_id=request.store_id,
        name=doc["name"],
        address=address if isinstance(address, str) else None,
        images=[each for each in images if isinstance(each, str)] if isinstance(images, list) else [],
    )


@callable_function(who="an administrator", admin_only=True)
def saveStaff(_: Caller, request: SaveStaffRequest) -> StaffView:  # noqa: N802
    """Writes who shows a store's code, reads customers' and offers points. Instances remember it for a minute."""
    doc = saving.save(staff_ref(request.store_id), Staff, {"uids": list(dict.fromkeys(request.uids))})
    return StaffView(store_id=request.store_id, uids=doc["uids"])
