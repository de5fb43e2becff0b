"""What Streamlit runs for every browser and every click: draws the page once."""

from bot.platforms.web.page.chat import draw_page

draw_page()
