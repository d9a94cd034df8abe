"""The pictures inside a text: their captions, whose they are, their licenses."""

import pytest

from publisher import markup
from publisher.collect import pictures
from publisher.model import Image

AT = "https://estuary.example.org/"


def inside(html: str) -> tuple[Image, ...]:
    return pictures.inside(markup.clean(html, AT))


def test_a_picture_has_its_description_and_its_size() -> None:
    assert inside('<p>So <img src="/quay.jpg" alt="The &quot;new&quot;  quay" width="640" height="480"></p>') == (
        Image(f"{AT}quay.jpg", 'The "new" quay', width=640, height=480),
    )


def test_pictures_come_in_the_order_of_the_text_and_each_once() -> None:
    html = "<img src=/b.jpg><p>x</p><img src=/a.jpg><p>x</p><img src=/b.jpg>"

    assert [image.url for image in inside(html)] == [f"{AT}b.jpg", f"{AT}a.jpg"]


def test_a_text_without_pictures_has_none() -> None:
    assert inside("<p>The port is open.</p>") == ()


def test_a_caption_is_that_of_the_figure_around_the_picture() -> None:
    html = (
        "<figure><a href='/big'><img src=/quay.jpg></a><figcaption>The <em>new</em> quay</figcaption></figure>"
        "<img src=/alone.jpg>"
    )

    assert [image.caption for image in inside(html)] == ["The new quay", ""]


def test_a_caption_under_several_pictures_is_that_of_none() -> None:
    html = "<figure><img src=/a.jpg><img src=/b.jpg><figcaption>Left and right</figcaption></figure>"

    assert [image.caption for image in inside(html)] == ["", ""]


def test_pictures_of_a_gallery_have_their_own_captions() -> None:
    one = "<figure><img src=/{0}.jpg><figcaption>Picture {0}</figcaption></figure>"
    html = f"<figure>{one.format('a')}{one.format('b')}<figcaption>The gallery</figcaption></figure>"

    assert [image.caption for image in inside(html)] == ["Picture a", "Picture b"]


def test_the_license_of_a_picture_is_the_deed_that_its_caption_links() -> None:
    deed = "https://creativecommons.org/licenses/by-sa/2.0/"
    html = (
        f"<figure><img src=/a.jpg><figcaption><a href='{AT}'>Ana</a>, <a href='{deed}'>CC</a></figcaption></figure>"
        f"<figure><img src=/b.jpg><figcaption><a href='{AT}creativecommons.org/'>All rights</a></figcaption></figure>"
    )

    assert [image.license_url for image in inside(html)] == [deed, None]


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Photo: Ana Ruiz", "Ana Ruiz"),
        ("The quay. Photo: Ana Ruiz.", "Ana Ruiz"),
        ("The quay (Photo: Ana Ruiz)", "Ana Ruiz"),
        ("The quay (photo: Ana Ruiz/The Estuary Desk)", "Ana Ruiz/The Estuary Desk"),
        ("The quay Photo: Ana Ruiz", "Ana Ruiz"),
        ("The quay – Photo by Ana Ruiz", "Ana Ruiz"),
        ("The quay. Photo courtesy of the Port Authority", "the Port Authority"),
        ("The quay. Image credit: J. R. Ruiz", "J. R. Ruiz"),
        ("The quay | Credit: Ana Ruiz", "Ana Ruiz"),
        ("The quay. Source: Ministry of Ports", "Ministry of Ports"),
        ("The quay. © Ana Ruiz", "Ana Ruiz"),
        ("Photo: © Ana Ruiz", "Ana Ruiz"),
        ("Photo: Ana Ruiz (CC BY-SA 4.0)", "Ana Ruiz"),
        ("The quay. Photo: Ana Ruiz / Commons | CC BY 2.0", "Ana Ruiz / Commons"),
        ("El muelle. Foto: Ana Ruiz", "Ana Ruiz"),
        ("El muelle. FOTOGRAFÍA: ANA RUIZ", "ANA RUIZ"),
        ("El muelle. Imagen cortesía de la Autoridad", "la Autoridad"),
        ("El muelle. Crédito: Ana Ruiz", "Ana Ruiz"),
        ("El muelle. Fuente: Ministerio. Foto: Ana Ruiz", "Ana Ruiz"),
        ("O cais. Ilustração: Ana Ruiz", "Ana Ruiz"),
        ("O cais. Fonte: Ministério", "Ministério"),
        ("Le quai. Crédit photo : Ana Ruiz", "Ana Ruiz"),
        ("Der Kai. Bild: Ana Ruiz", "Ana Ruiz"),
        ("The quay", ""),
        ("En la foto: Ana Ruiz", ""),
        ("Ana Ruiz in the photo: behind her the quay", ""),
        ("He named his source: a captain", ""),
        ("Photo: Ana Ruiz. The quay has been closed since May", ""),
        ("Photographs of the quay by night", ""),
        ("Foto de archivo", ""),
        ("", ""),
    ],
)
def test_whose_a_picture_is_stands_at_the_end_of_its_caption(caption: str, credit: str) -> None:
    assert pictures.credit(caption) == credit


def test_the_end_of_a_long_caption_is_its_end() -> None:
    assert pictures.credit("The quay is long. " * 100 + "Photo: Ana Ruiz") == "Ana Ruiz"
    assert pictures.credit("The quay is long, " * 100 + "source: a captain") == ""
